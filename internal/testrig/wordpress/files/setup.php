<?php
// Makes the site once: a commune, one user for each role that tests need, and
// their application passwords, printed as JSON.
define('WP_INSTALLING', true);
require __DIR__ . '/site/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('Commune de Testville', 'admin', 'admin@example.invalid', true, '', wp_generate_password(24));
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
update_option('timezone_string', 'Europe/Brussels');
update_option('gmt_offset', '');
wp_delete_post(1, true); // "Hello world!"

$accounts = [];
foreach (['administrator' => 'admin', 'editor' => 'communication', 'author' => 'auteur',
          'contributor' => 'stagiaire', 'subscriber' => 'lecteur'] as $role => $login) {
    $user = get_user_by('login', $login);
    $id = $user ? $user->ID : wp_insert_user([
        'user_login' => $login,
        'user_pass' => wp_generate_password(24),
        'user_email' => $login . '@example.invalid',
        'display_name' => ucfirst($login),
        'role' => $role,
    ]);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'Crieur']);
    $accounts[$role] = ['id' => $id, 'login' => $login, 'password' => WP_Application_Passwords::chunk_password($password)];
}
echo json_encode(['version' => get_bloginfo('version'), 'accounts' => $accounts]);
