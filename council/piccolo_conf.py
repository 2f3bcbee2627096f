"""Where Piccolo finds its engine: a switch that follows `storage.database.use`."""

from piccolo.conf.apps import AppRegistry

from council.storage.database import Switch

DB = Switch()
APP_REGISTRY = AppRegistry(apps=["council.piccolo_app"])
