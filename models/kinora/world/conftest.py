"""Families' tests ask how contacts themselves sound, so they are dry; a test module that is about rooms, too, says ROOMS = True."""
import pytest

from . import echo


@pytest.fixture(scope='module', autouse=True)
def dry(request):
    usual = echo.WEIGHTS
    if not getattr(request.module, 'ROOMS', False): echo.WEIGHTS = (1., 0., 0.)
    yield
    echo.WEIGHTS = usual
