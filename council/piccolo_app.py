"""Piccolo's view of the project: one app, whose migrations are written by hand (see `storage/ddl.py`)."""

from piccolo.conf.apps import AppConfig

from council.storage.schema import APP, FOLDER

APP_CONFIG = AppConfig(app_name=APP, migrations_folder_path=FOLDER)
