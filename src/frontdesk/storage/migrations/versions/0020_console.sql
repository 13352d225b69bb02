-- The desk's console: who holds a conversation, what people note beside it, and who has it open.

-- `held_by`: the account of whoever speaks for the clinic in it; null while the assistant does, or where it is not known.
alter table conversation add column held_by uuid, add column held_at timestamptz;

-- What the practice's people write to each other; never sent.
create table note (
    practice_id uuid not null references practice,
    id uuid not null,
    conversation_id uuid not null,
    account_id uuid not null,
    text_sealed bytea not null,
    written_at timestamptz not null,
    primary key (practice_id, id)
);
create index note_of on note (practice_id, conversation_id, written_at);

-- A page that somebody has open. It counts while it was seen lately.
create table presence (
    practice_id uuid not null references practice,
    page uuid not null,
    conversation_id uuid not null,
    account_id uuid not null,
    seen_at timestamptz not null,
    primary key (practice_id, page)
);
create index presence_in on presence (practice_id, conversation_id);

create index conversation_lately on conversation (practice_id, last_at desc);

do $$
declare
    one text;
begin
    foreach one in array array['note', 'presence']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
