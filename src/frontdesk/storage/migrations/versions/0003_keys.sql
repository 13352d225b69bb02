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

-- While a practice's keys are replaced: the key that a subject will be sealed with, and the five bytes that whatever it
-- seals begins with, so that what is still sealed with the old one can be told.
alter table subject_key add column next_wrapped bytea;
alter table subject_key add column next_mark bytea check ((next_mark is null) = (next_wrapped is null));
create index subject_key_replaced on subject_key (practice_id) where next_wrapped is not null;

-- Every time a practice's keys were replaced, or are being. `resealed` counts fields, `trouble` says what is in the way.
create table rotation (
    practice_id uuid not null references practice,
    version integer not null check (version > 1),
    begun_at timestamptz not null,
    ended_at timestamptz,
    carried_over bigint not null default 0,
    resealed bigint not null default 0,
    trouble text,
    again_at timestamptz,
    primary key (practice_id, version)
);
create unique index rotation_under_way on rotation (practice_id) where ended_at is null;

alter table rotation enable row level security;
create policy own_practice on rotation to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update on rotation to frontdesk_app;

-- The public half of the recovery key, and each practice's keys sealed for it.
alter table installation add column recovery_recipient text;
alter table installation add column recovery_made_at timestamptz;
alter table installation add column recovery_confirmed_at timestamptz;
alter table keyring add column for_recovery bytea;

-- When a backup was made last, and one was tried; `restoring`: a restore has begun and not ended, and no desk starts.
alter table installation add column backed_up_at timestamptz;
alter table installation add column drilled_at timestamptz;
alter table installation add column restoring boolean not null default false;

-- Finding a patient by the beginnings of their name, and by name and birth date: keyed hashes alone.
alter table patient add column born_hash bytea;
create index patient_by_birth on patient (practice_id, born_hash);
create table patient_name (
    practice_id uuid not null references practice,
    patient_id uuid not null,
    prefix_hash bytea not null,
    primary key (practice_id, patient_id, prefix_hash),
    foreign key (practice_id, patient_id) references patient on delete cascade
);
create index patient_name_by_prefix on patient_name (practice_id, prefix_hash);
alter table patient_name enable row level security;
create policy own_practice on patient_name to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on patient_name to frontdesk_app;
