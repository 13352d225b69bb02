-- E-mail: the invitations that patients have in their calendars, and what they write by mail.

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

-- Messages that came by e-mail: whom to answer, and in answer to what. `id` is the message's.
create table arrived_mail (
    practice_id uuid not null references practice,
    id uuid not null,
    conversation_id uuid not null,
    header_sealed bytea not null,
    arrived_at timestamptz not null,
    primary key (practice_id, id)
);
create index arrived_mail_in on arrived_mail (practice_id, conversation_id);

-- A mail that arrives names the one of ours that it answers, or that came back.
create index outbox_mail on outbox (practice_id, receipt) where channel = 'email';

do $$
declare
    one text;
begin
    foreach one in array array['invitation', 'arrived_mail']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
