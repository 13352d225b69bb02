-- Signing in through a practice's own OpenID provider.

-- One provider a practice. The secret is sealed under a key of its own (`id` is its subject).
create table openid_provider (
    practice_id uuid primary key references practice,
    id uuid not null,
    issuer text not null,
    client_id text not null,
    secret_sealed bytea not null,
    set_by text not null,
    set_at timestamptz not null
);

-- Whose account somebody at the provider is: by keyed hash of what the provider calls them.
create table openid_account (
    practice_id uuid not null references practice,
    subject_hash bytea not null,
    account_id uuid not null,
    linked_at timestamptz not null,
    primary key (practice_id, subject_hash),
    unique (practice_id, account_id),
    foreign key (practice_id, account_id) references account
);

-- A way to the provider that somebody is on, for a few minutes. Unlogged: after a crash they begin anew.
create unlogged table openid_journey (
    practice_id uuid not null references practice,
    state_hash bytea not null,
    nonce text not null,
    verifier text not null,
    ends_at timestamptz not null,
    primary key (practice_id, state_hash)
);
create index openid_journey_over on openid_journey (practice_id, ends_at);

do $$
declare
    one text;
begin
    foreach one in array array['openid_provider', 'openid_account', 'openid_journey']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, delete on %I to frontdesk_app', one);
    end loop;
end $$;
grant update (secret_sealed) on openid_provider to frontdesk_app;  -- both only while keys are replaced
grant update (subject_hash) on openid_account to frontdesk_app;
