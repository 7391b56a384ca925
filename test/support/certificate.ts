// A certificate for `hooks.example`, `localhost` and 127.0.0.1 with its key, for receivers of tests alone. It signs itself, is known to nobody,
// and stands here for everybody to read: it keeps nothing secret.
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASSgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1ob29rcy5l
eGFtcGxlMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYD
VQQDDA1ob29rcy5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEARpw
lqw7OrI78eAXM3W0HE6ZaAFRjsScCPpD6lq/lhbgNda2WgafG27KfstBFUGoMt0f
KPneEzIDGb0TTGNVWaNdMFswKQYDVR0RBCIwIIINaG9va3MuZXhhbXBsZYIJbG9j
YWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFA+ZsMp4yCtN
VKij9R+rOaihStFxMAoGCCqGSM49BAMCA0kAMEYCIQCgdk2IIJPlfhmWTegv1dmR
6x6WhEVDrlrPXwjzY+DZbgIhAN/7c6BBhbcz/UaqlcmNlScR7Gl1RJheempux2OO
eZVJ
-----END CERTIFICATE-----`;

export const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglbbuqfDiz+WcL4vx
F5S1GQnOa3Aj4uMbbYcXxcdbRIehRANCAAQBGnCWrDs6sjvx4BczdbQcTploAVGO
xJwI+kPqWr+WFuA11rZaBp8bbsp+y0EVQagy3R8o+d4TMgMZvRNMY1VZ
-----END PRIVATE KEY-----`;
