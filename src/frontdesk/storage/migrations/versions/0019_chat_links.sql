-- Links that open a conversation in another browser, and the browsers that came by them.

-- `from_seq`: messages before it are not shown to whoever comes by the link. `openings_left`: so many browsers may still
-- come by it, until `expires_at`; each then stays until `stays_until`, or until the link is revoked.
create table chat_link (
    practice_id uuid not null references practice,
    id uuid not null,
    conversation_id uuid not null,
    from_seq integer not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    stays_until timestamptz not null,
    openings_left integer not null check (openings_left >= 0),
    revoked_at timestamptz,
    primary key (practice_id, id)
);
create index chat_link_of on chat_link (practice_id, conversation_id);

-- A browser that came by a link, by the hash of the token that it drew itself: 256 random bits.
create table chat_device (
    practice_id uuid not null references practice,
    token_hash bytea not null,
    link_id uuid not null,
    conversation_id uuid not null,
    came_at timestamptz not null,
    primary key (practice_id, token_hash),
    foreign key (practice_id, link_id) references chat_link on delete cascade
);
create index chat_device_of on chat_device (practice_id, conversation_id);

do $$
declare
    one text;
begin
    foreach one in array array['chat_link', 'chat_device']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
