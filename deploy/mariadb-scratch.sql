-- Run once by the image of MariaDB: backups are tried out in a scratch database, and the shop may make no other.
GRANT ALL PRIVILEGES ON `telegram\_shop\_scratch\_%`.* TO shop_user@'%';
