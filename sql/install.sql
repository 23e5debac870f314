-- Sluice, the database side. Run it as the role that is to own everything, who needs CREATE on the database and no more:
--
--   psql --set ON_ERROR_STOP=1 --file sql/install.sql
--
-- This page is the table of contents, and the only list of files. Files in tables/ are structure: they run once, and
-- upgrades/ changes them afterwards. All others are code: they may run again at any time.

\set ON_ERROR_STOP on
begin;

-- What the session's own settings would change.
\ir access/pin_session.sql

-- Where everything lives.
\ir tables/schema.sql

-- What takes in all of a database, and so this.
\ir access/side_effects.sql
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

-- Who may do what.
\ir access/version.sql
\ir access/is_restoring.sql
\ir access/replace_seeded_row.sql
\ir access/require_owner_session.sql
\ir claim/is_adopted.sql
\ir access/read_only_reason.sql
\ir access/schema_owner.sql
\ir access/role_id.sql
\ir access/is_administrator.sql
\ir access/knows_owner_ids.sql
\ir access/owner_name.sql
\ir access/is_owner.sql
\ir access/may_read.sql

-- What happened is written down first of all.
\ir watch/record_event.sql
\ir watch/fail_maintenance.sql
\ir watch/wake_drivers.sql
\ir watch/record_state_change.sql
\ir watch/keep_counts.sql
\ir watch/pending_advice.sql

-- Defining: checked as the author, compiled, registered.
\ir define/tree_relations.sql
\ir define/leaf_relations.sql
\ir define/meaning_settings.sql
\ir define/session_settings.sql
\ir define/settings_clause.sql
\ir define/apply_settings.sql
\ir define/read_value.sql
\ir define/write_value.sql
\ir define/key_class.sql
\ir define/key_columns.sql
\ir define/key_list.sql
\ir define/compare_keys.sql
\ir define/key_path.sql
\ir define/key_check.sql
\ir define/nullable_columns.sql
\ir define/has_key_index.sql
\ir define/is_unique_key.sql
\ir define/serves_key.sql
\ir define/find_key.sql
\ir define/hash_expression.sql
\ir define/range_condition.sql
\ir define/batch_range.sql
\ir define/null_free_condition.sql
\ir define/batch_condition.sql
\ir define/batch_statements.sql
\ir define/block_bound_body.sql
\ir define/cuts_body.sql
\ir define/suspects_body.sql
\ir define/pieces_body.sql
\ir define/reads_histogram.sql
\ir define/leap_body.sql
\ir define/name_body.sql
\ir define/middle_body.sql
\ir define/sampled_pages.sql
\ir define/estimate_body.sql
\ir define/identity_columns.sql
\ir define/pending_body.sql
\ir define/rows_body.sql
\ir define/apply_body.sql
\ir define/prove_body.sql
\ir define/compiled_functions.sql
\ir define/grant_compiled.sql
\ir define/compile_migration.sql
\ir define/list_compiled.sql
\ir define/drop_compiled.sql
\ir define/definition_kind.sql
\ir define/find_definition.sql
\ir define/squeeze_sql.sql
\ir define/find_differences.sql
\ir define/describe_difference.sql
\ir define/draft_definition.sql
\ir define/compare_definition.sql
\ir define/check_target.sql
\ir define/check_block_walk.sql
\ir define/find_functions.sql
\ir define/changes_call_functions.sql
\ir define/check_statements.sql
\ir define/check_nullable_key.sql
\ir define/sql_tokens.sql
\ir define/check_pieces.sql
\ir define/first_word.sql
\ir define/split_list.sql
\ir define/inside_parentheses.sql
\ir define/split_assignments.sql
\ir define/changed_columns.sql
\ir define/self_reading_columns.sql
\ir define/name_others.sql
\ir define/open_schemas.sql
\ir define/trigger_makers.sql
\ir capture/capture_names.sql
\ir define/target_triggers.sql
\ir capture/capture_relations.sql
\ir capture/function_hash.sql
\ir capture/capture_triggers.sql
\ir capture/capture_query.sql
\ir capture/writing_settings.sql
\ir capture/capture_condition.sql
\ir capture/capture_statements.sql
\ir capture/capture_obstacle.sql
\ir capture/refuse_open_schemas.sql
\ir capture/check_capture.sql
\ir define/warn_of_definition.sql
\ir define/warn_of_false_predicate.sql
\ir define/warn_of_leaves.sql
\ir finish/read_concurrent_index.sql
\ir define/check_syntax.sql
\ir define/check_on_finish.sql
\ir define/register_definition.sql
\ir define/define.sql

-- Planning: how much there is, how long it takes, how long there is.
\ir plan/estimate_rows.sql
\ir plan/window_span.sql
\ir plan/open_spans.sql
\ir plan/open_seconds.sql
\ir plan/open_until.sql
\ir plan/seconds_to_use.sql
\ir plan/worker_speed.sql
\ir plan/workers_present.sql
\ir plan/batch_scale.sql
\ir plan/longest_pause.sql
\ir plan/pending_ahead.sql
\ir plan/work_left.sql
\ir plan/held_since.sql
\ir plan/forecast_from.sql
\ir plan/forecasts.sql
\ir plan/free_at.sql
\ir plan/forecast_range.sql
\ir plan/forecast.sql
\ir plan/read_planning.sql
\ir upkeep/may_vacuum.sql
\ir upkeep/upkeep_share.sql
\ir plan/measure_target.sql
\ir plan/estimate_target.sql
\ir plan/estimate_pending.sql
\ir plan/find_places.sql
\ir plan/probe_range.sql
\ir plan/probe_migration.sql
\ir plan/sum_probes.sql
\ir plan/estimate_work.sql
\ir plan/hot_blocker.sql
\ir plan/most_stripes.sql
\ir plan/choose_walk.sql
\ir plan/estimate_cost.sql
\ir plan/estimate_proof.sql
\ir plan/highest_rate.sql
\ir plan/readable_interval.sql
\ir plan/round_interval.sql
\ir plan/limiting_rate.sql
\ir plan/fit_plan.sql
\ir plan/fit_rest.sql
\ir claim/wal_readers.sql
\ir plan/large_key.sql
\ir plan/unindexed_references.sql
\ir plan/advise.sql
\ir plan/proposed_schedule.sql
\ir plan/draw_plan.sql
\ir plan/plan.sql
\ir plan/refuse_deadline.sql
\ir plan/refuse_proof.sql
\ir plan/require_schedulable.sql
\ir plan/write_schedule.sql
\ir plan/schedule.sql
\ir plan/reschedule.sql
\ir plan/raises_without_rows.sql
\ir plan/find_pending.sql
\ir plan/preview_before.sql
\ir plan/preview_after.sql
\ir plan/preview_range.sql
\ir plan/find_versions.sql
\ir plan/written_tables.sql
\ir plan/preview_written.sql
\ir plan/preview_carefully.sql
\ir plan/preview.sql
\ir plan/preview_handler.sql

-- Claiming: the first step of a batch.
\ir claim/is_window_open.sql
\ir claim/window_rate.sql
\ir claim/guard_hold.sql
\ir claim/guard_factor.sql
\ir claim/read_guards.sql
\ir claim/holding_guard.sql
\ir claim/check_guard.sql
\ir claim/wal_rate.sql
\ir claim/xmin_holders.sql
\ir watch/batch_backends.sql
\ir claim/default_guards.sql
\ir claim/hold_reason.sql
\ir claim/begin_run.sql
\ir claim/lanes_wanted.sql
\ir claim/refill_lanes.sql
\ir claim/refill_safely.sql
\ir claim/claim_later.sql
\ir claim/claim.sql

-- Capturing: a trigger converts what the application writes meanwhile.
\ir capture/record_capture.sql
\ir capture/uncaptured_relations.sql
\ir capture/is_captured.sql
\ir capture/capture_functions.sql
\ir capture/read_captured.sql
\ir capture/lock_holders.sql
\ir capture/holders_of.sql
\ir capture/install_capture.sql
\ir capture/queue_capture.sql
\ir capture/renew_capture.sql
\ir capture/drop_capture.sql
\ir capture/captured_columns.sql
\ir capture/require_no_capture.sql

-- Running: the second.
\ir run/stretch_rows.sql
\ir run/wants_split.sql
\ir run/relation_name.sql
\ir run/key_order.sql
\ir run/read_lane.sql
\ir run/failure_kind.sql
\ir run/is_timed_out.sql
\ir run/is_row_failure.sql
\ir run/raise_failure.sql
\ir run/open_rows.sql
\ir run/run_range.sql
\ir run/cut_range.sql
\ir run/cut_failed.sql
\ir run/next_cuts.sql
\ir run/fails_everywhere.sql
\ir run/run_carefully.sql
\ir run/check_reads.sql
\ir run/run.sql
\ir run/change_lists.sql
\ir run/apply_changes.sql
\ir run/add_failure.sql

-- Checkpointing, or failing: the third.
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
\ir checkpoint/is_leaf_of.sql
\ir checkpoint/back_off.sql
\ir checkpoint/wait_for_server.sql
\ir checkpoint/fail_proof.sql
\ir checkpoint/fail.sql

-- The loop around the three, in SQL alone.
\ir run/announce_batch.sql
\ir run/run_batch.sql
\ir run/run_one.sql
\ir run/check_cancel.sql
\ir run/end_of_call.sql
\ir run/nap.sql
\ir run/idle_reason.sql
\ir run/check_work.sql
\ir run/work.sql

-- Finishing: verification, proof, cleanup.
\ir finish/finish_migration.sql
\ir finish/fail_migration.sql
\ir finish/attached_relations.sql
\ir finish/pause_for_attached.sql
\ir finish/follow_partitions.sql
\ir finish/verify_attached.sql
\ir finish/begin_pass.sql
\ir finish/report_staying.sql
\ir finish/restart_verification.sql
\ir finish/begin_again.sql
\ir finish/begin_proof.sql
\ir finish/end_proof.sql
\ir finish/lost_lanes.sql
\ir finish/complete_pass.sql

-- Controlling a run.
\ir control/find_migration.sql
\ir control/lock_schedule.sql
\ir control/lock_run.sql
\ir control/require_state.sql
\ir control/check_schedule.sql
\ir control/make_lanes.sql
\ir control/pause_migration.sql
\ir control/pause_without_index.sql
\ir control/reopen_failed.sql
\ir control/obey_schedule.sql
\ir control/keep_windows.sql
\ir control/pause.sql
\ir control/resume.sql
\ir control/throttle.sql
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
\ir control/set_owner.sql
\ir control/keep_migration.sql
\ir control/keep_house.sql

-- Cleaning up: finish now, prove it, leave nothing behind.
\ir finish/cleanup_lease.sql
\ir finish/begin_cleanup.sql
\ir finish/next_on_finish.sql
\ir finish/lock_on_finish.sql
\ir finish/complete_on_finish.sql
\ir finish/session_limits.sql
\ir finish/begin_on_finish.sql
\ir finish/resume_on_finish.sql
\ir finish/index_path_hint.sql
\ir finish/run_on_finish.sql
\ir finish/find_duplicates_query.sql
\ir finish/dismantle.sql
\ir finish/cleanup_state.sql
\ir finish/require_no_handler.sql
\ir finish/check_cleanup.sql
\ir finish/fail_cleanup.sql
\ir finish/check_lock_wait.sql
\ir finish/require_writes.sql
\ir finish/cleanup.sql

-- Upkeep: vacuum while a run goes on, by the driver.
\ir watch/vacuums.sql
\ir upkeep/vacuum_turns.sql
\ir upkeep/next_vacuum.sql
\ir upkeep/is_vacuum_wanted.sql
\ir upkeep/record_vacuum.sql

-- Watching: what people and programs read.
\ir watch/owner_problem.sql
\ir access/find_id.sql
\ir watch/target_name.sql
\ir watch/batch_sessions.sql
\ir watch/commits_waiting.sql
\ir watch/activity.sql
\ir watch/progress.sql
\ir watch/lanes.sql
\ir watch/history.sql
\ir watch/events.sql
\ir watch/quarantined.sql
\ir watch/definitions.sql
\ir watch/proof.sql
\ir watch/guards.sql
\ir watch/captures.sql
\ir control/fail_uninstall.sql
\ir control/uninstall.sql
\ir watch/deadline_advice.sql
\ir watch/lock_advice.sql
\ir watch/renamed_relations.sql
\ir watch/stuck.sql
\ir finish/finished.sql
\ir finish/assert_finished.sql

-- Who may do what: one list, and how it is granted. And what may go wrong.
\ir access/errors.sql
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
