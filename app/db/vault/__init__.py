"""Sealing: what people write about a family lies encrypted in the database (GDPR art. 32).

Sealed are PESEL numbers and every narrative (`Note`, `Paragraph`, `Remark` of app.domain.fields),
in columns and within documents: notes, health, violence, what children said. Names, addresses,
dates, phones and closed lists stay plain under row security, because search and order need them.

Each centre has data keys of its own, wrapped by the master key of the installation. A value is
sealed when its row is flushed and opened when it is loaded (`rows`); a view passes tokens on, and
its text is opened as a whole (`Ring.open_json`). So kept answers, backups and replicas hold tokens
only. A destroyed key makes a centre's narratives unreadable in the database and in backups from
then on; earlier backups hold it, wrapped, until the master key of their time is destroyed too.

A PESEL is found by its blind index, an HMAC under a key of the centre.
"""
