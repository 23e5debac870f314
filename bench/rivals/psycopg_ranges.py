"""The same with one UPDATE a range of 5,000 keys."""

import psycopg

with psycopg.connect() as connection:
    last = connection.execute("select max(aid) from accounts").fetchone()[0]
    for lower in range(0, last, 5000):
        connection.execute(
            "update accounts set bid2 = bid where aid > %s and aid <= %s and bid2 is null", [lower, lower + 5000])
        connection.commit()
