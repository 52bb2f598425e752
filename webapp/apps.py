from django.apps import AppConfig, apps


class WebappConfig(AppConfig):
    name = "webapp"

    def ready(self) -> None:
        from webapp.spoken_admin import speak  # the models are there by now

        speak(apps.get_app_config("annotation"))
