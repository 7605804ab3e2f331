from hypothesis import settings

settings.register_profile("farled", deadline=None)  # the first call of a kernel compiles it
settings.load_profile("farled")
