"""The first peer's application: `gunicorn tests.bench.peers.wsgi:application`."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
