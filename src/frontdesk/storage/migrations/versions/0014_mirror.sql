-- The visits of a connected system as it told them, how far it was followed, and the notices that it sent.

-- A copy, never the truth: visits that overlap there overlap here. `number` is the system's own id of the visit,
-- `patient_id` ours where we know whose it is. `seen_at` is when the system was asked, `changed_at` when it was first
-- seen to be so.
create table mirrored_visit (
    practice_id uuid not null references practice,
    system text not null,
    number text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    practitioner text,
    location text not null,
    room text,
    service text,
    status text not null,
    patient_id uuid,
    seen_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (practice_id, system, number)
);
create index mirrored_visit_at on mirrored_visit (practice_id, starts_at);
create index mirrored_visit_of on mirrored_visit (practice_id, patient_id) where patient_id is not null;

-- `cursor` is what is asked on with; `ahead`, the newest answer's, takes its place once it is old enough. `asked_at`
-- never goes back. `read_at`: the asking whose answer was kept last; `listed_at`: the last one for everything.
create table followed (
    practice_id uuid not null references practice,
    system text not null,
    due_at timestamptz not null,
    cursor text,
    ahead text,
    ahead_at timestamptz,
    asked_at timestamptz,
    read_at timestamptz,
    listed_at timestamptz,
    failed_since timestamptz,
    task_id uuid,
    times_stale_at timestamptz,
    primary key (practice_id, system)
);

-- Each notice once, and the visits that it names until they were read. `everything`: it does not say which.
create table system_notice (
    practice_id uuid not null references practice,
    system text not null,
    id text not null,
    visits text[] not null,
    everything boolean not null,
    heard_at timestamptz not null,
    settled_at timestamptz,
    primary key (practice_id, system, id)
);
create index system_notice_waiting on system_notice (practice_id, system, heard_at) where settled_at is null;

do $$
declare
    one text;
begin
    foreach one in array array['mirrored_visit', 'followed', 'system_notice']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
