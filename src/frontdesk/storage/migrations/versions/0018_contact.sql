-- Each decision on a contact, with the rules and versions behind it; ids and names of rules alone, nothing of a patient.

-- `kind` is what the contact is for. `rules` are names such as "us-texts@1": those that stopped or moved it, or all that
-- it passed. `zone` is where the patient was taken to be; empty: several zones were possible.
create table contact_decision (
    practice_id uuid not null references practice,
    id uuid not null,
    outbox_id uuid not null,
    conversation_id uuid not null,
    kind text not null,
    channel text not null,
    verdict text not null check (verdict in ('allowed', 'moved', 'stopped')),
    not_before timestamptz,
    rules text[] not null,
    reason text not null,
    zone text not null,
    decided_at timestamptz not null,
    primary key (practice_id, id),
    check ((verdict = 'moved') = (not_before is not null))
);
create index contact_decision_of on contact_decision (practice_id, conversation_id, decided_at);
create index contact_decision_outbox on contact_decision (practice_id, outbox_id);
alter table contact_decision enable row level security;
create policy own_practice on contact_decision to frontdesk_app using (practice_id = this_practice())
    with check (practice_id = this_practice());
grant select, insert, delete on contact_decision to frontdesk_app;

-- What was moved to another hour keeps nothing else waiting.
alter table outbox add column moved boolean not null default false;

alter table consent drop constraint consent_what_check;
alter table consent add constraint consent_what_check
    check (what in ('messages', 'calls', 'marketing', 'recording', 'training'));
