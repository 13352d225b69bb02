-- Forms: the answers to a practice's own questionnaires, and what patients hand in with them.

-- One form of a visit's intake, from the first answer on. `response_sealed` is a FHIR QuestionnaireResponse; `answered` of
-- `wanted`: how far it is, so that the desk sees it without opening it.
create table intake_form (
    practice_id uuid not null,
    id uuid not null,
    intake_id uuid not null,
    patient_id uuid not null,
    questionnaire text not null,
    version text not null,
    language text not null,
    response_sealed bytea not null,
    answered integer not null,
    wanted integer not null,
    begun_at timestamptz not null,
    saved_at timestamptz not null,
    completed_at timestamptz,
    primary key (practice_id, id),
    unique (practice_id, intake_id, questionnaire),
    foreign key (practice_id, intake_id) references intake on delete cascade
);
create index intake_form_of_patient on intake_form (practice_id, patient_id);

-- What was handed in with one. `about`: a card of an insurance may be seen by whoever may see how to reach a patient.
create table intake_file (
    practice_id uuid not null,
    id uuid not null,
    form_id uuid not null,
    patient_id uuid not null,
    question text not null,
    about text not null check (about in ('coverage', 'health')),
    kind text not null,
    size integer not null,
    content_sealed bytea not null,
    added_at timestamptz not null,
    primary key (practice_id, id),
    foreign key (practice_id, form_id) references intake_form on delete cascade
);
create index intake_file_of_form on intake_file (practice_id, form_id);
create index intake_file_of_patient on intake_file (practice_id, patient_id);

do $$
declare
    one text;
begin
    foreach one in array array['intake_form', 'intake_file']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('create policy own_practice on %I to frontdesk_app using (practice_id = this_practice()) '
            'with check (practice_id = this_practice())', one);
        execute format('grant select, insert, update, delete on %I to frontdesk_app', one);
    end loop;
end $$;
