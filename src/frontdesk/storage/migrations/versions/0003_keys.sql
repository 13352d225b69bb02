-- What key rotation, forgetting and search need.

-- Counts every change of keys, so that no process goes on with keys that were replaced or destroyed.
alter table keyring add column generation bigint not null default 1;

-- How every transaction of the application begins: the practice is named, and what its keys are counted by is told.
-- Whoever replaces keys holds this lock alone for a moment: no transaction then still works with what it knew before.
create function enter_practice(p_practice uuid) returns bigint language plpgsql as $$
begin
    perform set_config('frontdesk.practice', p_practice::text, true);
    perform pg_advisory_xact_lock_shared(hashtextextended(p_practice::text, 3));
    return (select generation from keyring where practice_id = p_practice);  -- a snapshot from after the lock
end $$;
