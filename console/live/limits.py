"""What one client may take of the live feed. Nobody who uses the page comes near any of it."""

#: Bytes of one message from a client.
MESSAGE_BYTES = 4096

#: Messages from one client, of any kind: at once, and then one every so many seconds.
MESSAGES, MESSAGE_S = 100, 0.05

#: Feeds opened by one client, likewise.
OPENS, OPEN_S = 30, 0.25

#: Feeds open at once.
FEEDS = 32

#: Connections of one account or token, and of all together, those included that have not said who they are.
OF_ONE = 64
CONNECTIONS = 2500

#: Seconds within which a connection says who it is.
GREETING_S = 10.0

#: Messages that wait for a reader. Then he is cut off: what he would read is old, and a new snapshot is
#: smaller than all that he missed.
UNSENT = 256

#: Seconds without a sign of life. The server asks for one every PING_S.
PING_S, SILENCE_S = 25, 20
