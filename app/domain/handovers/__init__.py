"""Handing a case to another social worker: the tasks and the rights of the case go along."""
