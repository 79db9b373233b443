"""Requests that aren't served: each with its status, its code, and when to come again."""

from ..errors import ServeError, find_code


class Refusal(ServeError):
    """A request that isn't served.

    status (int): Of HTTP.
    message (str): With its code, without any word of the request.
    retry_after (int | None): Seconds after which it may be sent again.
    close (bool): Whether the connection ends, as the rest of the body isn't read.
    """

    def __init__(
        self, status: int, message: str, retry_after: int | None = None, *, close: bool = False
    ):
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.close = close

    @property
    def code(self) -> str:
        """RETURNS (str): Such as "SC926"."""
        return find_code(str(self))

    @property
    def headers(self) -> dict[str, str]:
        """RETURNS (dict[str, str]): Of the answer."""
        found = {"Connection": "close"} if self.close else {}
        if self.status == 401:
            found["WWW-Authenticate"] = "Bearer"
        if self.retry_after is not None:
            found["Retry-After"] = str(self.retry_after)
        return found
