"""The browser phone as a provider: the media process on the other side of a unix socket."""

from callcenter.cti.browser.transport import BrowserProvider

__all__ = ["BrowserProvider"]
