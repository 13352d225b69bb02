-- How often somebody may do something, counted for all processes together.

-- By keyed hash of who: an address of the network, a conversation. `ahead` is when, at a steady pace, what was done so far
-- would have been done. Unlogged: after a crash everybody begins anew, which does no harm.
create unlogged table pace (
    practice_id uuid not null references practice,
    name text not null,
    about_hash bytea not null,
    ahead timestamptz not null,
    primary key (practice_id, name, about_hash)
);
create index pace_over on pace (practice_id, ahead);

alter table pace enable row level security;
create policy own_practice on pace to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, update, delete on pace to frontdesk_app;
