-- Proof of who is writing: birth dates, one-time codes, attempts.

alter table patient add column birth_date_sealed bytea;

-- The last code of a conversation. patient_id null: nobody was found, no code went out, and none can be right.
create table identity_code (
    practice_id uuid not null references practice,
    conversation_id uuid not null,
    patient_id uuid,
    code_hash bytea not null,
    expires_at timestamptz not null,
    tries_left integer not null,
    primary key (practice_id, conversation_id)
);

-- Attempts, by keyed hash of what they were about: an address that wrote, a number that was claimed.
create table identity_try (
    practice_id uuid not null references practice,
    about_hash bytea not null,
    order_no bigint generated always as identity,
    at timestamptz not null,
    primary key (practice_id, order_no)
);
create index identity_try_about on identity_try (practice_id, about_hash, at);

do $$
declare
    one text;
begin
    foreach one in array array['identity_code', 'identity_try']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
