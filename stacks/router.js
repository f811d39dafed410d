// Viewer-request function of the site's distribution: which object in the bucket
// answers a request. It runs in CloudFront (runtime cloudfront-js-2.0, 10 KB at
// most), which knows neither modules nor the network.
//
// The line above this file, written at synthesis, is `var settings = {...};`:
//   release  the folder under /releases/ that is live
//   routing  "pages": /register is register.html; "single-page": all is index.html
//   assets   the folder of files with hashed names, shared by all releases; "" for none
//   folders  folders that have an index.html of their own

function handler(event) {
  var request = event.request;
  request.uri = route(request.uri);
  return request;
}

function route(uri) {
  var live = '/releases/' + settings.release;
  var path = decoded(uri);
  if (path === null) {
    return live + '/.nowhere'; // there is no such object: an honest 404
  }
  if (settings.assets !== '' && uri.startsWith('/' + settings.assets + '/')) {
    return uri;
  }
  // From here on the answer is always in the live release, so that an older one, or
  // the bucket's other folders, cannot be asked for by name.
  var trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  var last = path.slice(path.lastIndexOf('/') + 1);
  if (last.includes('.') || path.startsWith('/.well-known/')) {
    return live + uri;
  }
  if (trimmed === '' || settings.routing === 'single-page') {
    return live + '/index.html';
  }
  var rest = uri.endsWith('/') ? uri.slice(0, -1) : uri;
  if (settings.folders.includes(trimmed.slice(1))) {
    return live + rest + '/index.html';
  }
  return live + rest + '.html';
}

// decoded is the path that uri stands for, or null if it is malformed or one that
// could mean another place to someone further on: a dot segment, an empty segment,
// a hidden slash, a backslash, a control character.
function decoded(uri) {
  var path;
  try {
    path = decodeURIComponent(uri);
  } catch (e) {
    return null;
  }
  if (path[0] !== '/' || /%2f/i.test(uri) || /[\\\x00-\x1f\x7f]/.test(path)) {
    return null;
  }
  var segments = path.slice(1).split('/');
  for (var i = 0; i < segments.length; i++) {
    var s = segments[i];
    if (s === '.' || s === '..' || (s === '' && i < segments.length - 1)) {
      return null;
    }
  }
  return path;
}
