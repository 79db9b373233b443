"""Pipelines of all heads, as the tests of the heads have them."""

from ..pipeline.conftest import build as build
from ..pipeline.conftest import build_whole as build_whole
from ..pipeline.conftest import whole as whole
