-- Sluice, the database side. Run it as the role that is to own everything, who needs CREATE on the database and no
-- more:
--
--   psql --set ON_ERROR_STOP=1 --file sql/install.sql
--
-- This page is the table of contents, and the only list of files. Files in tables/ are structure: they run once, and
-- upgrades/ changes them afterwards. All others are code: they may run again at any time.

\set ON_ERROR_STOP on
begin;

-- What the session's own settings would change.
\ir core/pin_session.sql

-- Where everything lives.
\ir tables/schema.sql

-- What takes in all of a database, and so this.
\ir core/side_effects.sql
\ir tables/side_effects.sql

-- What is installed, and the defaults.
\ir tables/installation.sql
\ir tables/policy.sql

-- A migration and its schedule.
\ir tables/migration.sql
\ir tables/schedule.sql
\ir tables/window.sql
\ir tables/guard.sql

-- Its work, and what became of it.
\ir tables/types.sql
\ir tables/lane.sql
\ir tables/outage.sql
\ir tables/captured_relation.sql
\ir tables/batch.sql
\ir tables/quarantine.sql
\ir tables/event.sql
\ir tables/upkeep.sql
\ir tables/plan.sql

-- Identity, rights, events and errors: what all others call.
\ir core/version.sql
\ir core/is_restoring.sql
\ir core/is_adopted.sql
\ir core/schema_owner.sql
\ir core/role_id.sql
\ir core/is_administrator.sql
\ir core/knows_owner_ids.sql
\ir core/owner_name.sql
\ir core/is_owner.sql
\ir core/may_read.sql
\ir core/read_only_reason.sql
\ir core/require_owner_session.sql
\ir core/replace_seeded_row.sql
\ir core/wake_drivers.sql
\ir core/record_event.sql
\ir core/record_state_change.sql
\ir core/fail_maintenance.sql
\ir core/find_migration.sql
\ir core/find_id.sql
\ir core/require_state.sql
\ir core/is_timed_out.sql
\ir core/failure_kind.sql
\ir core/readable_interval.sql

-- The SQL of a definition as text.
\ir parse/sql_tokens.sql
\ir parse/first_word.sql
\ir parse/split_list.sql
\ir parse/inside_parentheses.sql
\ir parse/split_assignments.sql
\ir parse/squeeze_sql.sql
\ir parse/check_syntax.sql
\ir parse/check_pieces.sql
\ir parse/changed_columns.sql
\ir parse/definition_kind.sql
\ir parse/read_concurrent_index.sql

-- What PostgreSQL knows about a target.
\ir catalog/tree_relations.sql
\ir catalog/leaf_relations.sql
\ir catalog/is_leaf_of.sql
\ir catalog/relation_name.sql
\ir catalog/attached_relations.sql
\ir catalog/key_class.sql
\ir catalog/has_key_index.sql
\ir catalog/is_unique_key.sql
\ir catalog/serves_key.sql
\ir catalog/nullable_columns.sql
\ir catalog/reads_histogram.sql
\ir catalog/sampled_pages.sql
\ir catalog/identity_columns.sql
\ir catalog/find_functions.sql
\ir catalog/capture_names.sql
\ir catalog/lock_holders.sql
\ir catalog/holders_of.sql
\ir catalog/estimate_rows.sql
\ir catalog/key_order.sql
\ir catalog/may_vacuum.sql
\ir catalog/large_key.sql
\ir catalog/hot_blocker.sql
\ir catalog/unindexed_references.sql
\ir catalog/target_name.sql
\ir catalog/xmin_holders.sql

-- Keys, settings and conditions as SQL expressions.
\ir expressions/meaning_settings.sql
\ir expressions/session_settings.sql
\ir expressions/settings_clause.sql
\ir expressions/apply_settings.sql
\ir expressions/read_value.sql
\ir expressions/write_value.sql
\ir expressions/key_columns.sql
\ir expressions/key_list.sql
\ir expressions/compare_keys.sql
\ir expressions/key_path.sql
\ir expressions/key_check.sql
\ir expressions/hash_expression.sql
\ir expressions/range_condition.sql
\ir expressions/batch_range.sql
\ir expressions/null_free_condition.sql
\ir expressions/batch_condition.sql
\ir expressions/batch_statements.sql
\ir expressions/change_lists.sql
\ir expressions/find_key.sql
\ir expressions/check_nullable_key.sql

-- A definition becomes functions of its own.
\ir compile/block_bound_body.sql
\ir compile/cuts_body.sql
\ir compile/suspects_body.sql
\ir compile/pieces_body.sql
\ir compile/leap_body.sql
\ir compile/name_body.sql
\ir compile/middle_body.sql
\ir compile/estimate_body.sql
\ir compile/pending_body.sql
\ir compile/rows_body.sql
\ir compile/apply_body.sql
\ir compile/prove_body.sql
\ir compile/compiled_functions.sql
\ir compile/grant_compiled.sql
\ir compile/compile_migration.sql
\ir compile/list_compiled.sql
\ir compile/drop_compiled.sql

-- A trigger converts what the application writes meanwhile.
\ir capture/capture_relations.sql
\ir capture/function_hash.sql
\ir capture/capture_triggers.sql
\ir capture/capture_query.sql
\ir capture/writing_settings.sql
\ir capture/capture_condition.sql
\ir capture/capture_statements.sql
\ir capture/capture_obstacle.sql
\ir capture/name_others.sql
\ir capture/open_schemas.sql
\ir capture/refuse_open_schemas.sql
\ir capture/check_capture.sql
\ir capture/record_capture.sql
\ir capture/uncaptured_relations.sql
\ir capture/is_captured.sql
\ir capture/capture_functions.sql
\ir capture/read_captured.sql
\ir capture/install_capture.sql
\ir capture/queue_capture.sql
\ir capture/renew_capture.sql
\ir capture/drop_capture.sql
\ir capture/captured_columns.sql
\ir capture/require_no_capture.sql

-- Checking and registering a definition.
\ir define/find_definition.sql
\ir define/find_differences.sql
\ir define/describe_difference.sql
\ir define/draft_definition.sql
\ir define/compare_definition.sql
\ir define/check_target.sql
\ir define/check_block_walk.sql
\ir define/changes_call_functions.sql
\ir define/check_statements.sql
\ir define/self_reading_columns.sql
\ir define/trigger_makers.sql
\ir define/target_triggers.sql
\ir define/warn_of_definition.sql
\ir define/warn_of_false_predicate.sql
\ir define/warn_of_leaves.sql
\ir define/check_on_finish.sql
\ir define/register_definition.sql
\ir define/define.sql

-- Time: windows, rates, and what is left to do.
\ir pace/window_span.sql
\ir pace/open_spans.sql
\ir pace/open_seconds.sql
\ir pace/open_until.sql
\ir pace/is_window_open.sql
\ir pace/window_rate.sql
\ir pace/guard_factor.sql
\ir pace/seconds_to_use.sql
\ir pace/worker_speed.sql
\ir pace/batch_scale.sql
\ir pace/longest_pause.sql
\ir pace/highest_rate.sql
\ir pace/limiting_rate.sql
\ir pace/round_interval.sql
\ir pace/upkeep_share.sql
\ir pace/most_stripes.sql
\ir pace/workers_present.sql
\ir pace/pending_ahead.sql
\ir pace/work_left.sql

-- What holds work back.
\ir guard/guard_hold.sql
\ir guard/hold_reason.sql
\ir guard/read_guards.sql
\ir guard/holding_guard.sql
\ir guard/check_guard.sql
\ir guard/wal_rate.sql
\ir guard/wal_readers.sql
\ir guard/batch_backends.sql
\ir guard/batch_sessions.sql
\ir guard/activity.sql
\ir guard/default_guards.sql

-- When a run ends.
\ir forecast/held_since.sql
\ir forecast/forecast_from.sql
\ir forecast/forecasts.sql
\ir forecast/forecast_range.sql
\ir forecast/forecast.sql
\ir forecast/free_at.sql

-- Changes of state, with their locks and lanes.
\ir state/check_schedule.sql
\ir state/lock_schedule.sql
\ir state/lock_run.sql
\ir state/make_lanes.sql
\ir state/pause_migration.sql
\ir state/pause_without_index.sql
\ir state/reopen_failed.sql
\ir state/finish_migration.sql
\ir state/fail_migration.sql
\ir state/keep_counts.sql

-- After the walk: sweep, proof, and lanes that are wanted again.
\ir verify/pause_for_attached.sql
\ir verify/follow_partitions.sql
\ir verify/verify_attached.sql
\ir verify/begin_pass.sql
\ir verify/pending_advice.sql
\ir verify/report_staying.sql
\ir verify/restart_verification.sql
\ir verify/begin_again.sql
\ir verify/begin_proof.sql
\ir verify/end_proof.sql
\ir verify/lost_lanes.sql
\ir verify/complete_pass.sql
\ir verify/lanes_wanted.sql
\ir verify/refill_lanes.sql
\ir verify/refill_safely.sql

-- A batch: its range, its rows, and which of them fails.
\ir run/stretch_rows.sql
\ir run/wants_split.sql
\ir run/read_lane.sql
\ir run/open_rows.sql
\ir run/run_range.sql
\ir run/is_row_failure.sql
\ir run/raise_failure.sql
\ir run/cut_range.sql
\ir run/cut_failed.sql
\ir run/next_cuts.sql
\ir run/fails_everywhere.sql
\ir run/run_carefully.sql
\ir run/check_reads.sql
\ir run/run.sql
\ir run/apply_changes.sql
\ir run/add_failure.sql

-- What a batch leaves behind, done or failed.
\ir checkpoint/lock_lane.sql
\ir checkpoint/save_lane.sql
\ir checkpoint/correct_estimate.sql
\ir checkpoint/advance_cursor.sql
\ir checkpoint/count_batch.sql
\ir checkpoint/size_batch.sql
\ir checkpoint/pace_lane.sql
\ir checkpoint/next_due.sql
\ir checkpoint/split_lane.sql
\ir checkpoint/detach_lane.sql
\ir checkpoint/quarantine_rows.sql
\ir checkpoint/name_failure.sql
\ir checkpoint/time_limit.sql
\ir checkpoint/revisit_range.sql
\ir checkpoint/better_stripes.sql
\ir checkpoint/judge_stripes.sql
\ir checkpoint/checkpoint.sql
\ir checkpoint/back_off.sql
\ir checkpoint/wait_for_server.sql
\ir checkpoint/fail_proof.sql
\ir checkpoint/fail.sql

-- How much there is, how it is walked, how long that takes.
\ir plan/read_planning.sql
\ir plan/measure_target.sql
\ir plan/estimate_target.sql
\ir plan/estimate_pending.sql
\ir plan/find_places.sql
\ir plan/probe_range.sql
\ir plan/probe_migration.sql
\ir plan/sum_probes.sql
\ir plan/estimate_work.sql
\ir plan/choose_walk.sql
\ir plan/estimate_cost.sql
\ir plan/estimate_proof.sql
\ir plan/fit_plan.sql
\ir plan/fit_rest.sql
\ir plan/advise.sql
\ir plan/proposed_schedule.sql
\ir plan/draw_plan.sql
\ir plan/plan.sql
\ir plan/refuse_deadline.sql
\ir plan/refuse_proof.sql

-- Rows before and after, rolled back.
\ir preview/raises_without_rows.sql
\ir preview/find_pending.sql
\ir preview/preview_before.sql
\ir preview/preview_after.sql
\ir preview/preview_range.sql
\ir preview/find_versions.sql
\ir preview/written_tables.sql
\ir preview/preview_written.sql
\ir preview/preview_carefully.sql
\ir preview/preview.sql
\ir preview/preview_handler.sql

-- The schedule of a migration, and the table that operators edit.
\ir schedule/require_schedulable.sql
\ir schedule/write_schedule.sql
\ir schedule/schedule.sql
\ir schedule/reschedule.sql
\ir schedule/obey_schedule.sql
\ir schedule/keep_windows.sql
\ir schedule/throttle.sql

-- Verbs for a run, and maintenance.
\ir control/pause.sql
\ir control/resume.sql
\ir control/cancel_run.sql
\ir control/cancel.sql
\ir control/retry.sql
\ir control/restart.sql
\ir control/accept_remaining.sql
\ir control/forget_run.sql
\ir control/forget.sql
\ir control/adopt.sql
\ir control/disown.sql
\ir control/require_cluster.sql
\ir control/owner_problem.sql
\ir control/set_owner.sql
\ir control/keep_migration.sql
\ir control/keep_house.sql

-- The loop of claim, run and checkpoint.
\ir work/begin_run.sql
\ir work/claim_later.sql
\ir work/claim.sql
\ir work/announce_batch.sql
\ir work/run_batch.sql
\ir work/run_one.sql
\ir work/check_cancel.sql
\ir work/end_of_call.sql
\ir work/nap.sql
\ir work/idle_reason.sql
\ir work/check_work.sql
\ir work/work.sql

-- Finish now, prove it, leave nothing behind.
\ir cleanup/require_no_handler.sql
\ir cleanup/require_writes.sql
\ir cleanup/session_limits.sql
\ir cleanup/index_path_hint.sql
\ir cleanup/check_lock_wait.sql
\ir cleanup/cleanup_lease.sql
\ir cleanup/begin_cleanup.sql
\ir cleanup/next_on_finish.sql
\ir cleanup/lock_on_finish.sql
\ir cleanup/complete_on_finish.sql
\ir cleanup/begin_on_finish.sql
\ir cleanup/resume_on_finish.sql
\ir cleanup/find_duplicates_query.sql
\ir cleanup/run_on_finish.sql
\ir cleanup/dismantle.sql
\ir cleanup/cleanup_state.sql
\ir cleanup/check_cleanup.sql
\ir cleanup/fail_cleanup.sql
\ir cleanup/cleanup.sql

-- Vacuum while a run goes on.
\ir upkeep/vacuums.sql
\ir upkeep/vacuum_turns.sql
\ir upkeep/next_vacuum.sql
\ir upkeep/is_vacuum_wanted.sql
\ir upkeep/record_vacuum.sql

-- What people and programs read.
\ir watch/renamed_relations.sql
\ir watch/commits_waiting.sql
\ir watch/progress.sql
\ir watch/lanes.sql
\ir watch/history.sql
\ir watch/events.sql
\ir watch/quarantined.sql
\ir watch/definitions.sql
\ir watch/proof.sql
\ir watch/guards.sql
\ir watch/captures.sql
\ir watch/deadline_advice.sql
\ir watch/lock_advice.sql
\ir watch/stuck.sql
\ir watch/finished.sql
\ir watch/assert_finished.sql

-- Who may do what; removing everything.
\ir access/errors.sql
\ir access/fail_uninstall.sql
\ir access/uninstall.sql
\ir access/audience.sql
\ir access/grant_audience.sql
\ir access/grant_viewer.sql
\ir access/grant_operator.sql
\ir access/grant_author.sql
\ir access/revoke_access.sql
\ir access/renew_access.sql
\ir access/grants.sql

-- The installed version, and the identity of this database.
\ir tables/installed.sql

commit;
