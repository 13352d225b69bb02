"""The demo's pages: a clinic's site, a patient's phone, the mailbox and the clinic's calendar. Never in production."""
