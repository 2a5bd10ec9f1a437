"""The way in: a signal opens a case, and somebody is responsible for it from that moment."""
