-- Texts that never came in by a webhook, because the desk or its line was away: looked for in the carrier's own list.

-- When the desk heard of a message that it found there; null for whatever came in by itself. `sent_at` is when the
-- carrier had it.
alter table message add column heard_at timestamptz;

-- How far a number was looked through. `begun_at`: from then on its texts are ours to answer, what came before was
-- somebody else's. `seen_to`: up to there nothing is left. `restored_at`: what was sent before may have been answered by
-- the desk that was lost. `failed_since`: the list cannot be read, `told`: a task tells of that.
create table text_look (
    practice_id uuid not null references practice,
    carrier text not null,
    number text not null,
    due_at timestamptz not null,
    begun_at timestamptz not null,
    seen_to timestamptz not null,
    restored_at timestamptz,
    failed_since timestamptz,
    told boolean not null default false,
    primary key (practice_id, carrier, number)
);

-- Texts that came in and are no message here, or none any more: a contact's answer to a task, the words of somebody who
-- was forgotten. Their list would bring them in again for some days; known by a digest of the carrier's own id.
create table text_settled (
    practice_id uuid not null references practice,
    digest text not null,
    sent_at timestamptz not null,
    primary key (practice_id, digest)
);
create index text_settled_by_age on text_settled (practice_id, sent_at);

do $$
declare
    one text;
begin
    foreach one in array array['text_look', 'text_settled']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end
$$;
