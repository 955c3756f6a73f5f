//! Downloads from a server in the test itself.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use bonafide_fetch::{Download, FetchError, Schemes, Settings, download};
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
        schemes: Schemes::PlainToLoopback,
        time: Duration::from_secs(10),
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
