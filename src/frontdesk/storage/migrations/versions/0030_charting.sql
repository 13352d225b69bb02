-- Forms that were handed in are written to the chart of the connected system (`about` is the form's id), and notes of what
-- was said before a booking (`about` is the visit). `became` says how it ended; `sent_at`, that it may have reached a
-- system which cannot be asked whether it did.
alter table write_back drop constraint write_back_what_check;
alter table write_back add constraint write_back_what_check
    check (what in ('confirm', 'demographics', 'coverage', 'form', 'said'));
alter table write_back
    add column sent_at timestamptz,
    add column ended_at timestamptz,
    add column became text check (became in ('written', 'noted', 'by-hand', 'unsure', 'nothing'));
create index write_back_about on write_back (practice_id, about);
