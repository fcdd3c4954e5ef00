<?php
// Uploads of an instance lie in its own folder, and no mail ever leaves.
add_filter('pre_option_upload_path', fn () => getenv('CRIEUR_WP_UPLOADS'));
add_filter('pre_option_upload_url_path', fn () => getenv('CRIEUR_WP_URL') . '/wp-content/uploads');
add_filter('pre_wp_mail', '__return_true');

// A test may add plugins to its instance (Site.Plugin).
foreach (glob(getenv('CRIEUR_WP_PLUGINS') . '/*.php') ?: [] as $plugin) {
    require $plugin;
}
