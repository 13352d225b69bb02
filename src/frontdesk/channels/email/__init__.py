"""E-mail: out through any SMTP server, in from any IMAP mailbox."""
