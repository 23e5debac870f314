import Postgres
import ServiceLifecycle
import ServiceLifecycleTestKit
import SluiceTesting
import Testing

@testable import Sluice

/// How soon the server gives up the sessions of a driver that is cut off.
@Suite("The network limits of a driver's sessions", .timeLimit(.minutes(5)))
struct NetworkLimitTests {
  @Test("are in force in each of them, and again in those that replace lost ones")
  func inForce() async throws {
    var options = ThrowawayCluster.Options()
    // sockets of other kinds have no such limits
    options.listensOnLoopback = true
    try await ThrowawayCluster.withCluster(options) { cluster in
      var configuration = cluster.configuration()
      configuration.overrides["host"] = "127.0.0.1"
      try await SchemaInstaller().install(on: configuration)
      try await PostgresConnection.withConnection(configuration) { observer in
        try await observer.script(
          """
          create table seen (part text, pid integer, limits text);
          create function see() returns void language sql as $$
            insert into public.seen values (pg_catalog.current_setting('application_name'), pg_catalog.pg_backend_pid(),
              pg_catalog.current_setting('tcp_user_timeout') || ' ' || pg_catalog.current_setting('tcp_keepalives_idle')
              || ' ' || pg_catalog.current_setting('tcp_keepalives_interval') || ' '
              || pg_catalog.current_setting('tcp_keepalives_count'))
          $$;
          create table item (id bigint primary key, n integer not null);
          insert into item select i, 0 from generate_series(1, 100000) as i;
          create function look() returns trigger language plpgsql as $$ begin perform public.see(); return null; end $$;
          create trigger look after update on item for each statement execute function look();
          alter function sluice_internal.keep_house() rename to keep_house_inside;
          create function sluice_internal.keep_house() returns bigint language plpgsql as $$
            begin perform public.see(); return 0; end $$;
          alter function sluice_internal.next_vacuum rename to next_vacuum_inside;
          create function sluice_internal.next_vacuum() returns sluice_internal.vacuum_order language plpgsql as $$
            begin perform public.see(); return sluice_internal.next_vacuum_inside(); end $$;
          select sluice.define('count', target => 'public.item', pending => 'true', set => 'n = n + 1', max_batch => 10,
            min_batch => 1);
          insert into sluice.schedule (migration, max_rate) values ('count', 200);
          """)
        let seen = """
          select count(distinct a.application_name)::integer from seen s
          join pg_stat_activity a on a.pid = s.pid where s.limits ~ '^30(000|s) 15 5 3$' and a.application_name like 'sluice %'
          """
        try await testGracefulShutdown { trigger in
          let driver = SluiceDriver(
            configuration: configuration, options: DriverOptions(pollInterval: .milliseconds(100)), logger: .silent)
          async let run: Void = driver.run()
          for _ in 1...2 {
            try await waitUntil("each part's session was seen, with its limits") {
              try await observer.query(seen).single().get(at: 0, as: Int.self) == 3
            }
            try await observer.script(
              """
              select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name like 'sluice %';
              """)
          }
          trigger.triggerGracefulShutdown()
          try await run
        }
        #expect(try await observer.query("select from seen where limits !~ '^30(000|s) 15 5 3$'").isEmpty)
      }
    }
  }
}
