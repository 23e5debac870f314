"""A backfill as people write it with psycopg: read 1,000 rows, update each, commit, go on after the last."""

import psycopg

with psycopg.connect() as connection:
    last = 0
    while True:
        rows = connection.execute(
            "select aid, bid from accounts where aid > %s and bid2 is null order by aid limit 1000", [last]).fetchall()
        if not rows:
            break
        connection.cursor().executemany("update accounts set bid2 = %s where aid = %s", [(bid, aid) for aid, bid in rows])
        connection.commit()
        last = rows[-1][0]
