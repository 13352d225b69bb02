"""Backups: the data in files that only the recovery key opens, and beside them one file of keys that is kept current.

Forgetting destroys a key. A backup that holds the key as well would undo it, so no file of data holds any: they all go
to one file of keys, which forgetting reaches. What older files hold of a forgotten person is noise from then on.
"""
