-- Business associates, consents, and how long things are kept.

-- Who may be given patients' data. Nothing here tells of a patient. An agreement is ended, never deleted or rewritten.
create table agreement (
    practice_id uuid not null references practice,
    id uuid not null,
    kind text not null check (kind in ('telephony', 'sms', 'speech', 'language-model', 'hosting', 'email', 'calendar')),
    associate text not null,
    covers text[] not null check (cardinality(covers) > 0),
    document text not null,
    first_on date not null,
    last_on date check (last_on >= first_on),
    recorded_by text not null,
    recorded_at timestamptz not null,
    ended_on date,
    ended_by text,
    ended_at timestamptz,
    primary key (practice_id, id)
);

-- Every processor that was reached, with the version of TLS spoken last.
create table processor (
    practice_id uuid not null references practice,
    kind text not null,
    name text not null,
    tls text not null,
    seen_at timestamptz not null,
    primary key (practice_id, kind, name)
);

-- Consent, for each use by itself: the words shown, what was said to them, where it came from.
alter table consent rename column messages_allowed to allowed;
alter table consent add column what text not null default 'messages'
    check (what in ('messages', 'calls', 'recording', 'training'));
alter table consent alter column what drop default;
alter table consent add column source text not null default 'text' check (source in ('text', 'chat', 'form', 'staff', 'call'));
alter table consent alter column source drop default;
alter table consent add column patient_id uuid;
alter table consent add column shown_sealed bytea;
alter table consent add column wording text;
alter table consent add column order_no bigint generated always as identity;
-- A refusal outlives its words: the address must still be left alone once the person was forgotten.
alter table consent alter column words_sealed drop not null;
alter table consent alter column subject_id drop not null;
alter table consent alter column channel drop not null;
alter table consent alter column address_hash drop not null;
alter table consent add check (address_hash is not null or patient_id is not null);
drop index consent_latest;
create index consent_latest on consent (practice_id, channel, address_hash, what, order_no desc);
create index consent_of_patient on consent (practice_id, patient_id, what, order_no desc);

-- What the law wants kept of a forgotten patient: sealed anew under a key of the record's own, until its day.
create table kept_record (
    practice_id uuid not null references practice,
    id uuid not null,
    patient_id uuid not null,
    rule text not null,
    kept_until date not null,
    record_sealed bytea not null,
    made_at timestamptz not null,
    primary key (practice_id, id)
);
create index kept_record_over on kept_record (practice_id, kept_until);

-- Who was forgotten: ids and counts alone. After a restore they are forgotten again.
create table forgotten (
    practice_id uuid not null references practice,
    subject_id uuid not null,
    certificate jsonb not null,
    forgotten_at timestamptz not null,
    primary key (practice_id, subject_id)
);

-- When the retention rules were last applied.
create table retention_run (
    practice_id uuid primary key references practice,
    begun_at timestamptz not null
);

create index conversation_idle on conversation (practice_id, last_at);
create index outbox_done on outbox (practice_id, created_at) where state <> 'waiting';

do $$
declare
    one text;
begin
    foreach one in array array['agreement', 'processor', 'kept_record', 'forgotten', 'retention_run']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert on %I to frontdesk_app', one);
    end loop;
end $$;
grant update (ended_on, ended_by, ended_at) on agreement to frontdesk_app;
grant update on processor, retention_run to frontdesk_app;
grant delete, update (record_sealed) on kept_record to frontdesk_app;  -- sealed anew when keys are replaced
