-- Times that opened up, to whom of the waitlist they were offered, and what became of it.

-- `urgency`: 0 routine, 1 soon, 2 urgent, as the clinic's people set it. `notice`: how long before a visit they must know
-- of it. `owed`: offers that others had although they could have had them, less those they had.
alter table waiting add column urgency smallint not null default 0 check (urgency between 0 and 2),
    add column notice interval not null default '0',
    add column owed double precision not null default 0;

-- A time that is offered. `slot` is whose and where; no patient is in it. `next_at`: when more may be asked.
-- `claimed_by`: who of a wave was the first to say yes.
create table opening (
    practice_id uuid not null references practice,
    id uuid not null,
    service text not null,
    practitioner text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    slot jsonb not null,
    opened_at timestamptz not null,
    next_at timestamptz not null,
    stands text not null check (stands in ('asking', 'claimed', 'filled', 'lost', 'over')),
    claimed_by uuid,
    settled_at timestamptz,
    primary key (practice_id, id)
);
create unique index opening_once on opening (practice_id, practitioner, starts_at, service)
    where stands in ('asking', 'claimed');
create index opening_lately on opening (practice_id, opened_at);

-- One person's offer. `kept`: the time is theirs until `open_until`; else the first to answer gets it. 'gone' is still to
-- be told. `reasons`: why they were asked in this order.
create table opening_offer (
    practice_id uuid not null references practice,
    opening_id uuid not null,
    waiting_id uuid not null,
    conversation_id uuid not null,
    kept boolean not null,
    reasons jsonb not null,
    asked_at timestamptz not null,
    open_until timestamptz not null,
    became text not null check (became in ('begun', 'not-asked', 'asked', 'refused', 'taken', 'gone', 'told')),
    settled_at timestamptz,
    primary key (practice_id, opening_id, waiting_id)
);
create index opening_offer_open on opening_offer (practice_id, became) where became in ('begun', 'gone');
create index opening_offer_in on opening_offer (practice_id, conversation_id);

do $$
declare
    one text;
begin
    foreach one in array array['opening', 'opening_offer']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
