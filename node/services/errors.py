"""The errors of the use cases.

ServiceError
+-- CeremonyError    a step of founding, joining or adopting that must not be taken
"""


class ServiceError(Exception):
    """Any refusal of a use case."""


class CeremonyError(ServiceError):
    """A step of founding, joining or adopting that must not be taken."""
