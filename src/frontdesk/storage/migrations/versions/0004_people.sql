-- Staff accounts, their second factors and sessions, and leave to look beyond a role.

-- Names and addresses are sealed under a key of the account's own. state: invited (no password yet), active, disabled.
create table account (
    practice_id uuid not null references practice,
    id uuid not null,
    email_sealed bytea not null,
    email_hash bytea not null,
    name_sealed bytea not null,
    role text not null check (role in ('owner', 'manager', 'front-desk', 'clinician', 'privacy-officer', 'read-only',
                                       'support')),
    state text not null check (state in ('invited', 'active', 'disabled')),
    password_hash text,
    totp_sealed bytea,
    totp_confirmed boolean not null default false,
    totp_last_step bigint not null default 0,
    invited_by text not null,
    made_at timestamptz not null,
    primary key (practice_id, id),
    unique (practice_id, email_hash)
);

create table passkey (
    practice_id uuid not null references practice,
    id bytea not null,
    account_id uuid not null,
    public_key bytea not null,
    sign_count bigint not null,
    label text not null,
    made_at timestamptz not null,
    used_at timestamptz,
    primary key (practice_id, id),
    foreign key (practice_id, account_id) references account
);

create table recovery_code (
    practice_id uuid not null references practice,
    account_id uuid not null,
    code_hash bytea not null,
    used_at timestamptz,
    primary key (practice_id, account_id, code_hash),
    foreign key (practice_id, account_id) references account
);

-- Only a hash of the token is kept. proven: both factors were shown; shown_at: when a password or factor was shown
-- last; challenge is what a passkey has to sign.
create table session (
    practice_id uuid not null references practice,
    id uuid not null,
    account_id uuid not null,
    token_hash bytea not null,
    proven boolean not null,
    challenge bytea,
    begun_at timestamptz not null,
    seen_at timestamptz not null,
    shown_at timestamptz not null,
    ends_at timestamptz not null,
    ended_at timestamptz,
    device text not null,
    primary key (practice_id, id),
    foreign key (practice_id, account_id) references account,
    unique (practice_id, token_hash)
);
create index session_of_account on session (practice_id, account_id) where ended_at is null;

-- Leave to look beyond a role. kind: support (granted by the practice), emergency (taken, "break glass").
create table leave_to_look (
    practice_id uuid not null references practice,
    id uuid not null,
    kind text not null check (kind in ('support', 'emergency')),
    account_id uuid not null,
    given_by uuid not null,
    reason_sealed bytea not null,
    fields text[] not null check (cardinality(fields) > 0),
    begun_at timestamptz not null,
    until timestamptz not null check (until > begun_at),
    ended_at timestamptz,
    ended_by uuid,
    primary key (practice_id, id),
    foreign key (practice_id, account_id) references account
);

do $$
declare
    one text;
begin
    foreach one in array array['account', 'passkey', 'recovery_code', 'session', 'leave_to_look']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert on %I to frontdesk_app', one);
    end loop;
end $$;
grant update on account, session to frontdesk_app;
grant update (sign_count, used_at) on passkey to frontdesk_app;
grant delete on passkey, recovery_code to frontdesk_app;
grant update (used_at) on recovery_code to frontdesk_app;
grant update (ended_at, ended_by, reason_sealed) on leave_to_look to frontdesk_app;
