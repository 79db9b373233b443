"""Who ran which model on which note with which result: an append-only, hash-chained record."""

from .keyed_hashes import AuditKey as AuditKey
from .keyed_hashes import read_key as read_key
from .note_facts import NoteFacts as NoteFacts
from .note_facts import note_facts as note_facts
from .run_recorder import AuditedNote as AuditedNote
from .run_recorder import Run as Run
from .run_recorder import Trail as Trail
from .run_recorder import open_audit as open_audit
