-- Accounts with carriers for texts, what became of each text, and what is known of the numbers they go to.

create table carrier_account (
    practice_id uuid primary key references practice,
    carrier text not null,
    settings_sealed bytea not null,
    connected_at timestamptz not null
);

-- Since when it may have left without anybody knowing; null: it certainly has not.
alter table outbox add column tried_at timestamptz;
create index outbox_receipt on outbox (practice_id, receipt) where receipt is not null;

-- What the carrier told of a message of the outbox last. It never goes back: sent, undelivered, delivered.
create table delivery (
    practice_id uuid not null,
    outbox_id uuid not null,
    carrier text not null,
    became text not null check (became in ('sent', 'undelivered', 'delivered')),
    trouble text,
    code text,
    told_at timestamptz not null,
    primary key (practice_id, outbox_id),
    foreign key (practice_id, outbox_id) references outbox on delete cascade,
    check (trouble is null or became = 'undelivered')
);

-- What is known of an address by keyed hash: why nothing reaches it, what kind of line it is.
create table contact_point (
    practice_id uuid not null references practice,
    channel text not null,
    address_hash bytea not null,
    trouble text,
    code text,
    troubled_at timestamptz,
    line text,
    looked_up_at timestamptz,
    primary key (practice_id, channel, address_hash)
);

alter table consent drop constraint consent_source_check;
alter table consent add constraint consent_source_check
    check (source in ('text', 'chat', 'form', 'staff', 'call', 'carrier'));

do $$
declare
    one text;
begin
    foreach one in array array['carrier_account', 'delivery', 'contact_point']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
