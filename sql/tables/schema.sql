-- The schema that holds everything of Sluice. Nobody but its owner creates objects here.

create schema sluice;

comment on schema sluice is
  'Background data migrations: definitions, lanes, schedules, history, and the functions that run them.';
