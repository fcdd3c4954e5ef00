<?php
// What a web server does for WordPress: files as they are, the rest through
// index.php.
$root = __DIR__ . '/site';
$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$uploads = '/wp-content/uploads/';
if (str_starts_with($path, $uploads)) {
    $file = realpath(getenv('CRIEUR_WP_UPLOADS') . '/' . substr($path, strlen($uploads)));
    if ($file === false || !str_starts_with($file, realpath(getenv('CRIEUR_WP_UPLOADS')) . '/') || !is_file($file)) {
        http_response_code(404);
        return true;
    }
    header('Content-Type: ' . mime_content_type($file));
    readfile($file);
    return true;
}
$file = realpath($root . $path);
if ($file !== false && is_dir($file) && $path !== '/' && is_file($file . '/index.php')) {
    $path = rtrim($path, '/') . '/index.php';
    $file .= '/index.php';
}
if ($file === false || !str_starts_with($file, $root . '/') || !is_file($file)) {
    $path = '/index.php';
    $file = $root . '/index.php';
}
if (!str_ends_with($file, '.php')) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $path;
$_SERVER['SCRIPT_FILENAME'] = $file;
chdir(dirname($file));
require $file;
return true;
