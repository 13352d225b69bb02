-- Invitations for the calendar that patients have, so that a change of a visit reaches them.

-- `uid` is the visit's in the patient's calendar for good, `sequence` the version that was sent last, and the rest what
-- it says. `appointment_id` follows a visit that its system gives another number.
create table invitation (
    practice_id uuid not null references practice,
    id uuid not null,
    appointment_id text not null,
    uid text not null,
    patient_id uuid not null,
    email_sealed bytea not null,
    sequence integer not null check (sequence >= 0),
    stands boolean not null,
    location text not null,
    practitioner text,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    sent_at timestamptz not null,
    primary key (practice_id, id),
    unique (practice_id, uid)
);
create index invitation_for on invitation (practice_id, appointment_id);
create index invitation_of on invitation (practice_id, patient_id);

do $$
declare
    one text;
begin
    foreach one in array array['invitation']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
