//! Downloads from a server in the test itself.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use bonafide_fetch::{
    Download, FetchError, NamedProxy, Refreshed, Schemes, Settings, Validators, download, refresh,
};
use bonafide_ident::Sha256;

/// Answers one connection after another with these texts, in which `HERE` stands for its own address. Afterwards: the
/// address, and what was asked.
fn serve(answers: Vec<String>) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = format!("http://{}", listener.local_addr().unwrap());
    let address = here.clone();
    let served = thread::spawn(move || {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            asked.push(head);
            stream.write_all(answer.replace("HERE", &here).as_bytes()).unwrap();
        }
        asked
    });
    (address, served)
}

fn body(text: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}", text.len())
}

fn redirect(target: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

fn status(code: u16) -> String {
    format!("HTTP/1.1 {code} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

fn settings() -> Settings {
    Settings {
        schemes: Schemes::AsWritten,
        time: Duration::from_secs(10),
        silence: Duration::from_secs(1),
        bytes: 1000,
        ..Settings::new("bonafide/0 (test)")
    }
}

fn get(address: &str, expected: Option<Sha256>) -> (Result<Download, FetchError>, String) {
    let mut file: File = tempfile::tempfile().unwrap();
    let done = download(address, expected, &settings(), &mut file);
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    (done, text)
}

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

#[test]
fn a_file_comes_whole_with_its_digest_and_we_say_who_we_are() {
    let (here, served) = serve(vec![redirect("/b?token=x"), redirect("HERE/c"), body("hello")]);
    let (done, text) = get(&format!("{here}/a"), Some(HELLO.parse().unwrap()));
    assert_eq!(done.unwrap(), Download { length: 5, sha256: HELLO.parse().unwrap() });
    assert_eq!(text, "hello");
    let asked = served.join().unwrap();
    assert!(asked[1].starts_with("GET /b?token=x HTTP/1.1\r\n"), "{}", asked[1]);
    assert!(asked.iter().all(|head| head.to_lowercase().contains("user-agent: bonafide/0 (test)\r\n")));
    assert!(
        asked.iter().all(|head| !head.to_lowercase().contains("cookie") && !head.contains("uthorization"))
    );
}

#[test]
fn other_bytes_than_expected_are_an_error() {
    let (here, served) = serve(vec![body("hullo")]);
    let (done, _) = get(&here, Some(HELLO.parse().unwrap()));
    assert!(matches!(done.unwrap_err(), FetchError::Digest { .. }));
    served.join().unwrap();
}

#[test]
fn a_server_that_stumbles_is_asked_again_from_the_start() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nxx".to_owned();
    let (here, served) = serve(vec![status(503), cut, body("hello")]);
    let (done, text) = get(&here, None);
    assert_eq!((done.unwrap().length, text.as_str()), (5, "hello"));
    served.join().unwrap();
}

#[test]
fn what_is_not_there_is_asked_for_once() {
    let (here, served) = serve(vec![status(404)]);
    let (done, _) = get(&format!("{here}/a?token=secret"), None);
    let error = done.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 404, .. }));
    assert!(!error.to_string().contains("secret"), "{error}");
    served.join().unwrap();
}

#[test]
fn too_long_is_refused_with_and_without_a_stated_length() {
    let long = "x".repeat(1001);
    let unstated = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{long}");
    for answer in [body(&long), unstated] {
        let (here, served) = serve(vec![answer]);
        assert!(matches!(get(&here, None).0.unwrap_err(), FetchError::TooLong { limit: 1000, .. }));
        served.join().unwrap();
    }
}

#[test]
fn redirects_end_and_do_not_leave_the_machine_unencrypted() {
    let (here, served) = serve(vec![redirect("/a"); 6]);
    assert!(matches!(get(&here, None).0.unwrap_err(), FetchError::Redirects(_)));
    served.join().unwrap();
    let (here, served) = serve(vec![redirect("http://example.org/a")]);
    assert!(matches!(get(&here, None).0.unwrap_err(), FetchError::Refused { .. }));
    served.join().unwrap();
}

#[test]
fn nobody_there_is_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut file: File = tempfile::tempfile().unwrap();
    let settings = Settings { attempts: 1, ..settings() };
    let done = download(&format!("http://{free}/"), None, &settings, &mut file);
    assert!(matches!(done.unwrap_err(), FetchError::Unreachable { .. }));
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let tagged = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nLast-Modified: Fri, 01 Nov 2024 00:00:00 GMT\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    let (here, served) = serve(vec![tagged.to_owned(), redirect("/b"), status(304), status(304)]);
    let mut file: File = tempfile::tempfile().unwrap();
    let mut told = Vec::new();
    let mut ask = |known: &Validators, file: &mut File| {
        refresh(&here, known, &settings(), file, &mut |done, total| told.push((done, total)))
    };
    let Refreshed::New(done, known) = ask(&Validators::default(), &mut file).unwrap() else { panic!() };
    assert_eq!((done.length, known.etag.as_deref()), (5, Some("\"1\"")));
    assert_eq!(ask(&known, &mut file).unwrap(), Refreshed::Unchanged);
    // Whoever asks without a condition is not told that nothing changed.
    assert!(matches!(
        ask(&Validators::default(), &mut file).unwrap_err(),
        FetchError::Status { status: 304, .. }
    ));
    assert_eq!(told, [(5, Some(5))]);
    let asked = served.join().unwrap();
    for head in &asked[1..3] {
        let head = head.to_lowercase();
        assert!(head.contains("if-none-match: \"1\"\r\n"), "{head}");
        assert!(head.contains("if-modified-since: fri, 01 nov 2024 00:00:00 gmt\r\n"), "{head}");
    }
    assert!(!asked[3].to_lowercase().contains("if-"));
}

#[test]
fn a_server_that_falls_silent_or_dribbles_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = format!("http://{}", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        // The first says nothing at all, the second a byte now and then.
        let (silent, _) = listener.accept().unwrap();
        let (mut dribbling, _) = listener.accept().unwrap();
        drop(dribbling.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"));
        while dribbling.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
        drop(silent);
    });
    let mut file: File = tempfile::tempfile().unwrap();
    let settings =
        Settings { time: Duration::from_secs(1), silence: Duration::from_millis(200), ..settings() };
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        let error = download(&here, None, &settings, &mut file).unwrap_err();
        assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
    drop(file);
    served.join().unwrap();
}

#[test]
fn a_proxy_is_asked_for_encrypted_connections_save_for_the_hosts_that_it_is_not_for() {
    let (here, served) = serve(vec![status(403)]);
    let proxy = |except: &str| NamedProxy {
        address: here.replace("http://", "http://me:secret@"),
        except: except.to_owned(),
    };
    let ask = |except: &str| {
        let settings = Settings { proxy: Some(proxy(except)), attempts: 1, ..settings() };
        download("https://127.0.0.1:1/a", None, &settings, &mut tempfile::tempfile().unwrap()).unwrap_err()
    };
    assert!(matches!(ask("127.0.0.1"), FetchError::Unreachable { .. }));
    assert!(matches!(ask("example.org"), FetchError::Unreachable { .. }));
    let asked = served.join().unwrap();
    assert!(asked[0].starts_with("CONNECT 127.0.0.1:1 "), "{}", asked[0]);
    assert!(!format!("{:?}", proxy("")).contains("secret"));
    let wrong = Settings {
        proxy: Some(NamedProxy { address: "ftp://me:secret@h".into(), except: "".into() }),
        ..settings()
    };
    let error =
        download("https://127.0.0.1:1/a", None, &wrong, &mut tempfile::tempfile().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "`ftp://h` is no proxy's address");
}
