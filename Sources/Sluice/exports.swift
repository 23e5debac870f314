// One import is enough: the client's signatures mention these.
@_exported public import Postgres
@_exported public import SluiceSchema
